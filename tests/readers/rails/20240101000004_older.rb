class Older < ActiveRecord::Migration[5.0]
  def self.up
    create_table :things do |t|
      t.string :name
      t.references :user
      t.references :thing, polymorphic: true
      t.timestamps
    end
    create_table :keys, id: :uuid do |t|
      t.datetime :at
    end
    add_reference :things, :maker, foreign_key: { to_table: :users }
    add_index :things, %i[name user_id], unique: true
  end

  def self.down
    drop_table :things
  end
end
