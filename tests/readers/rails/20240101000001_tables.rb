class Tables < ActiveRecord::Migration[6.1]
  def change
    create_table :users do |t|
      t.string :name, null: false, default: "nobody"
      t.string :email, limit: 80, index: { unique: true }
      t.text :about, comment: "what they say"
      t.integer :age
      t.integer :score, limit: 8, default: 0, null: false
      t.bigint :points
      t.decimal :balance, precision: 10, scale: 2, default: 0
      t.boolean :admin, null: false, default: false
      t.datetime :seen_at
      t.date :born, :joined
      t.jsonb :settings, default: {}, null: false
      t.string :tags, array: true, default: []
      t.uuid :token, default: -> { "gen_random_uuid()" }
      t.inet :ip
      t.references :org, null: false, foreign_key: true
      t.references :owner, polymorphic: true
      t.belongs_to :team, type: :uuid, index: false, foreign_key: { to_table: :groups, on_delete: :cascade }
      t.column :kind, :smallint
      t.timestamps
      t.index [:name, :age], name: "by_name"
      t.index "lower(email)", name: "by_email"
      t.check_constraint "age > 0", name: "age_positive"
    end
    create_table :sessions, id: :uuid, force: :cascade, comment: "who is here" do |t|
      t.binary :data
    end
    create_table :settings, id: false do |t|
      t.string :key
      t.float :value
      t.foreign_key :users, column: :user_id
    end
    create_table :pairs, primary_key: [:a, :b] do |t|
      t.integer :a
      t.integer :b
    end
    create_table :codes, primary_key: :code, if_not_exists: true do |t|
      t.integer :n
    end
    create_table "numbers", id: :integer do |t|
    end
    create_join_table :users, :roles do |t|
      t.index :user_id
    end
    create_join_table :admin_users, :admin_roles, table_name: :admins
    drop_table :old_users
    drop_table :older_users, if_exists: true, force: :cascade
    drop_join_table :cats, :dogs
  end
end
