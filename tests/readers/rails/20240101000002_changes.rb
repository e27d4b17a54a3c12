class Changes < ActiveRecord::Migration[6.1]
  COLUMNS = %i[one two].freeze

  def up
    add_column :users, :nick, :string, limit: 20, null: false, default: ""
    add_column :users, :at, :datetime, precision: 6
    add_column "users", "rank", :integer, default: 1, comment: "the lower the better"
    add_column :shop_orders, :state, "order_state", array: true
    COLUMNS.each { |column| add_column :users, column, :boolean, default: true }
    remove_column :users, :nick, :string
    remove_columns :users, :one, :two
    change_column :users, :rank, :bigint, using: "rank::bigint"
    change_column :users, :rank, :text, null: false, default: "x"
    change_column_default :users, :rank, from: nil, to: "y"
    change_column_default :users, :rank, nil
    change_column_null :users, :rank, false
    change_column_null :users, :rank, false, "z"
    change_column_null :users, :rank, true
    change_column_comment :users, :rank, "how high"
    change_table_comment :users, from: nil, to: "people"
    add_timestamps :users, null: true
    remove_timestamps :users
    add_index :users, :name
    add_index :users, [:name, :age], unique: true, where: "age > 1"
    add_index :users, :name, name: "nameless", using: :gin, opclass: :gin_trgm_ops
    add_index :users, [:name, :age], order: { age: :desc }, name: "ordered"
    add_index :users, "lower(name)"
    add_index :users, :email, if_not_exists: true
    rename_index :users, "old_name", "new_name"
    remove_index :users, :name
    remove_index :users, column: [:name, :age]
    remove_index :users, name: "nameless"
    add_reference :users, :city, foreign_key: true, null: false
    add_reference :users, :item, polymorphic: true, index: { name: "by_item" }
    add_belongs_to :users, :boss, foreign_key: { to_table: :users }, type: :uuid, index: false
    remove_reference :users, :city, foreign_key: true
    remove_reference :users, :item, polymorphic: true
    add_foreign_key :users, :companies
    add_foreign_key :users, :people, column: :friend_id, name: "fk_friend", on_delete: :nullify, on_update: :cascade
    add_foreign_key :users, :categories, primary_key: :code, validate: false
    remove_foreign_key :users, :companies
    remove_foreign_key :users, column: :friend_id
    remove_foreign_key :users, name: "fk_friend"
    validate_foreign_key :users, :categories
    validate_constraint :users, "some_check"
    add_check_constraint :users, "age > 18", name: "adult", validate: false
    add_check_constraint :users, "age < 180"
    remove_check_constraint :users, name: "adult"
    rename_column :users, :at, :seen
    rename_table :users, :people
    enable_extension "pg_trgm"
    disable_extension "hstore"
    create_schema "shop"
    drop_schema "shop"
    change_table :orders do |t|
      t.string :code
      t.integer :a, :b, default: 0
      t.references :user
      t.index :code
      t.rename :a, :c
      t.change :b, :bigint
      t.change_default :b, 3
      t.change_null :b, false
      t.remove :c
      t.remove_index :code
      t.foreign_key :users
      t.timestamps
    end
    change_table :orders, bulk: true do |t|
      t.string :first
      t.integer :second, null: false, default: 0
      t.remove :third, :fourth
      t.change :fifth, :text
      t.change_default :fifth, "x"
    end
  end

  def down
    raise ActiveRecord::IrreversibleMigration
  end
end
